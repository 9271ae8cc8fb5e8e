/** A request as an HTTP API of API Gateway hands it to a function (payload format 2.0). */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

export interface HttpRequest {
  readonly method?: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** API Gateway does so with a body whose type it does not take for text. */
  readonly base64?: boolean;
}

export function httpApiEvent({ method = 'POST', path, headers, body, base64 = false }: HttpRequest) {
  const sentAt = new Date();
  const repository = path.split('/').at(-1) ?? '';
  return {
    version: '2.0',
    routeKey: `${method} /webhooks/{repository}`,
    rawPath: path,
    rawQueryString: '',
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    requestContext: {
      accountId: '000000000000',
      apiId: 'test',
      domainName: 'test.example.org',
      domainPrefix: 'test',
      http: {
        method,
        path,
        protocol: 'HTTP/1.1',
        sourceIp: '192.0.2.1',
        userAgent: 'GitHub-Hookshot/044aadd',
      },
      requestId: 'test',
      routeKey: `${method} /webhooks/{repository}`,
      stage: '$default',
      time: sentAt.toISOString(),
      timeEpoch: sentAt.getTime(),
    },
    pathParameters: { repository },
    body: base64 ? Buffer.from(body).toString('base64') : body,
    isBase64Encoded: base64,
  } satisfies APIGatewayProxyEventV2;
}
