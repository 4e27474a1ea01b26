import { SSMClient } from '@aws-sdk/client-ssm';
import { logGroupsIn, queuesIn } from '../outputs.ts';
import type { Subject } from './check.ts';

/** A page where a person can look further. */
export type Link = { name: string; url: string };

/** Where to look further: the local console, or pages of the AWS console. */
export async function linksOf({ place: { outputs }, isLocal }: Subject): Promise<Link[]> {
  if (isLocal) return [{ name: 'console', url: `${outputs.BaseUrl}/console` }];
  const region = await new SSMClient().config.region();
  const page = (service: string, fragment: string) =>
    `https://${region}.console.aws.amazon.com/${service}/home?region=${region}#${fragment}`;
  const { DashboardUrl } = outputs;
  return [
    ...(DashboardUrl ? [{ name: 'dashboard', url: DashboardUrl }] : []),
    ...[...logGroupsIn(outputs)].map(([name, group]) => ({
      name: `log of ${name}`,
      url: page('cloudwatch', `logsV2:log-groups/log-group/${encodedTwice(group)}`),
    })),
    ...[...queuesIn(outputs)].map(([name, url]) => ({
      name: `queue ${name}`,
      url: page('sqs/v3', `/queues/${encodeURIComponent(url)}`),
    })),
  ];
}

/** How CloudWatch's pages write a name into their fragment: `/aws` is `$252Faws`. */
const encodedTwice = (text: string): string =>
  encodeURIComponent(encodeURIComponent(text)).replaceAll('%', '$');
