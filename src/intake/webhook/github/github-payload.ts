/**
 * The few fields of GitHub's push payload that are read, with bounds on each: some end up in a queue message, in the
 * log and in the deployment record. Everything else in a payload is dropped. Fails with `webhook-invalid`, naming the
 * field and never its value.
 *
 * https://docs.github.com/en/webhooks/webhook-events-and-payloads#push
 */
import * as z from 'zod';
import { EnclosureError } from '../../../base/enclosure-error.ts';

const sha = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'expected a commit id');
const printable = (length: number) =>
  z
    .string()
    .min(1)
    .max(length)
    .regex(/^[^\p{Cc}]*$/u, 'expected no control characters');

const schema = z.object({
  ref: printable(1024),
  before: sha,
  after: sha,
  deleted: z.boolean(),
  forced: z.boolean(),
  /** Not used; but a body whose commits are something else is no push of GitHub's. */
  commits: z.array(z.unknown()),
  repository: z.object({ full_name: printable(300) }),
  sender: z.object({ login: printable(100) }).optional(),
  pusher: z.object({ name: printable(100) }).optional(),
});

export type GithubPayload = z.infer<typeof schema>;

export function parseGithubPayload(value: unknown): GithubPayload {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new EnclosureError('webhook-invalid', 'the payload is not a push of GitHub', {
    where: issue === undefined || issue.path.length === 0 ? 'the whole body' : issue.path.join('.'),
    ...(issue === undefined ? {} : { found: issue.message }),
  });
}
