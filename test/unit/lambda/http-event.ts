/** An event of an HTTP API (payload format 2.0), as its documentation shows one. */
export function httpEvent(
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
  changes: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const encoded = Buffer.isBuffer(body);
  return {
    version: '2.0',
    routeKey: 'POST /webhooks/{repository}',
    rawPath: '/webhooks/config',
    rawQueryString: '',
    headers,
    requestContext: { http: { method: 'POST', path: '/webhooks/config', sourceIp: '192.0.2.1' } },
    pathParameters: { repository: 'config' },
    body: encoded ? body.toString('base64') : body,
    isBase64Encoded: encoded,
    ...changes,
  };
}
