import { describe, expect, it } from 'vitest';
import { parseGithubPayload } from '../../../../../src/intake/webhook/github/github-payload.ts';
import { examplesOf, pushPayload } from '../../../../integration/intake/webhook/push-payloads.ts';

describe('parseGithubPayload', () => {
  it('accepts every recorded push and keeps only what is needed', () => {
    const examples = examplesOf('push');
    expect(examples.length).toBeGreaterThan(5);
    for (const example of examples) {
      expect(Object.keys(parseGithubPayload(example)).toSorted()).toEqual([
        'after',
        'before',
        'commits',
        'deleted',
        'forced',
        'pusher',
        'ref',
        'repository',
        'sender',
      ]);
    }
  });

  it.each([
    ['commits', { commits: 7 }],
    ['repository', { repository: null }],
    ['repository.full_name', { repository: { full_name: ['a'] } }],
    ['ref', { ref: 7 }],
    ['ref', { ref: '' }],
    ['ref', { ref: `refs/heads/${'a'.repeat(1024)}` }],
    ['ref', { ref: 'refs/heads/a\nb' }],
    ['after', { after: 'HEAD' }],
    ['after', { after: '--upload-pack=x' }],
    ['before', { before: null }],
    ['deleted', { deleted: 'no' }],
    ['forced', { forced: undefined }],
    ['sender.login', { sender: { login: 'a\u0000' } }],
  ])('F51: refuses a payload whose %s is wrong, and names the field', (field, changes) => {
    const parse = (): unknown => parseGithubPayload(pushPayload(changes));
    expect(parse).toThrow(expect.objectContaining({ code: 'webhook-invalid' }));
    expect(parse).toThrow(`(${field})`);
  });

  it.each([[null], [7], ['push'], [[]], [true]])('F51: refuses %j as a payload', (value) => {
    expect(() => parseGithubPayload(value)).toThrow(expect.objectContaining({ code: 'webhook-invalid' }));
  });
});
