export type AwsService = 's3' | 'secretsmanager' | 'sqs' | 'ssm';

/** Where a service is in a region: https://docs.aws.amazon.com/general/latest/gr/rande.html. Pure. */
export function endpointOf(service: AwsService, region: string): string {
  return `https://${service}.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}
