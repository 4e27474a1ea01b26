import type { Template } from 'aws-cdk-lib/assertions';
import { functionsOf, resourcesBy } from './synthesize.ts';

/** Every right of a function as `action on resource`, in readable form and sorted. */
export function rightsOf(template: Template, name: string): string[] {
  const roleId = functionsOf(template)[name]?.Properties.Role['Fn::GetAtt'][0];
  const policies = resourcesBy(template, 'AWS::IAM::Policy', (_, id) => id);
  return Object.values(policies)
    .filter(({ Properties }) => Properties.Roles.some((role: { Ref: string }) => role.Ref === roleId))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .flatMap(({ Effect, Action, Resource, Condition }) => {
      if (Effect !== 'Allow' || Condition)
        throw new Error('A right that is denied or conditional is not read here');
      return [Action]
        .flat()
        .flatMap((action) => [Resource].flat().map((arn) => `${action} on ${readable(arn)}`));
    })
    .sort();
}

/** A resource's ARN as a person would say it: logical ids without CDK's hash. */
function readable(arn: unknown): string {
  if (typeof arn === 'string') return arn;
  const reference = arn as { 'Fn::GetAtt'?: [string, string]; 'Fn::Join'?: ['', unknown[]]; Ref?: string };
  if (reference['Fn::GetAtt']) return reference['Fn::GetAtt'][0].replace(/[0-9A-F]{8}$/, '');
  if (reference['Fn::Join']) return reference['Fn::Join'][1].map(readable).join('');
  return reference.Ref ?? '?';
}

/** The actions among the rights of a function, each once and sorted. */
export const actionsOf = (template: Template, name: string): string[] =>
  [...new Set(rightsOf(template, name).map((right) => right.replace(/ on .*/, '')))].sort();
