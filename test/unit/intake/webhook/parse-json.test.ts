import { describe, expect, it } from 'vitest';
import { parseJson } from '../../../../src/intake/webhook/parse-json.ts';

const parse = (text: string): unknown => parseJson(Buffer.from(text));

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe('parseJson', () => {
  it('parses what JSON.parse parses', () => {
    const value = { a: [1, null, true, 'x\\"[[{'], 'é\u{1f600}': {} };
    expect(parse(JSON.stringify(value))).toEqual(value);
  });

  it.each([
    ['arrays', '['.repeat(1_000_000)],
    ['objects', '{"a":'.repeat(1_000_000)],
    ['arrays that are closed', '['.repeat(1_000_000) + ']'.repeat(1_000_000)],
  ])('F51: refuses a million nested %s before parsing them', (_, text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'webhook-invalid' }));
    expect(() => parse(text)).toThrow(/nests too deep/);
  });

  it('accepts 64 levels and refuses 65', () => {
    expect(parse(nested(64))).toBeInstanceOf(Array);
    expect(() => parse(nested(65))).toThrow(/nests too deep/);
  });

  it('counts neither brackets in strings nor siblings', () => {
    expect(parse(JSON.stringify('[{'.repeat(100)))).toBe('[{'.repeat(100));
    expect(parse(`["\\"${'['.repeat(100)}"]`)).toEqual([`"${'['.repeat(100)}`]);
    expect(parse(`[${'[],'.repeat(1000)}0]`)).toHaveLength(1001);
  });

  it.each([
    ['no JSON', Buffer.from('{"ref": the-content')],
    ['cut off', Buffer.from('{"ref":"the-content"')],
    ['a byte order mark before it', Buffer.from('\uFEFF{"ref":"the-content"}')],
    ['no UTF-8', Buffer.concat([Buffer.from('"the-content'), Buffer.from([0xff, 0x22])])],
    ['base64', Buffer.from(Buffer.from('{"ref":"the-content"}').toString('base64'))],
  ])('F51: refuses a body that is %s, without quoting it', (_, body) => {
    expect(() => parseJson(body)).toThrow(expect.objectContaining({ code: 'webhook-invalid' }));
    expect(() => parseJson(body)).toThrow(/^(?!.*the-content)/s);
  });
});
