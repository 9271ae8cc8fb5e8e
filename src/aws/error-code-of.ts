/** What went wrong, as AWS says it: each protocol has its own place for the code. Pure. */

const wellFormed = /^[\w.-]{1,100}$/;

/** `ParameterNotFound`; `HTTP 502` where the answer has no code. Never the message: it may quote what was sent. */
export function errorCodeOf(status: number, headers: Headers, body: Uint8Array): string {
  // A code of SQS as it was before the JSON protocol, which its documentation still uses: `AWS.SimpleQueueService...;Sender`.
  const fromHeader = headers.get('x-amzn-query-error')?.split(';')[0] ?? headers.get('x-amzn-errortype');
  const found = fromHeader ?? codeInBody(Buffer.from(body).toString('utf8'));
  const code = found?.split(':')[0]?.split('#').at(-1);
  return code !== undefined && wellFormed.test(code) ? code : `HTTP ${status}`;
}

function codeInBody(text: string): string | undefined {
  return /"__type"\s*:\s*"([^"]*)"/.exec(text)?.[1] ?? /<Code>([^<]*)<\/Code>/.exec(text)?.[1];
}

const passing = /Throttl|TooManyRequests|RequestLimitExceeded|SlowDown|RequestTimeout/;

/** Whether the same request may succeed later without anyone changing anything. */
export function mayPassLater(status: number, code: string): boolean {
  return status === 429 || status >= 500 || passing.test(code);
}
