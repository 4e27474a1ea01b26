import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Acknowledges findings of cdk-nag, each with the reason why it does not apply.
 *
 * @param concerned the construct the findings are about, its children included
 * @param reasons rule (`AwsSolutions-APIG4`, `AwsSolutions-IAM5[Resource::…]`) → reason
 */
export function acknowledge(concerned: IConstruct, reasons: Readonly<Record<string, string>>): void {
  const acknowledgements = Object.entries(reasons).map(([id, reason]) => ({ id, reason }));
  Validations.of(concerned).acknowledge(...acknowledgements);
}
