/**
 * One call of the SQS API, in its JSON protocol and without a library: what tests do with a queue does not go through
 * the client that is tested. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/
 */
export async function callSqs<T = unknown>(
  endpoint: string,
  action: string,
  parameters: object,
  signal?: AbortSignal,
): Promise<T> {
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${action}` },
    body: JSON.stringify(parameters),
    ...(signal !== undefined && { signal }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${action}: ${answer.status} ${text}`);
  return (text === '' ? {} : JSON.parse(text)) as T;
}
