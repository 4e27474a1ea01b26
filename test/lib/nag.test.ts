import { expect, test } from '@jest/globals';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { buildApp } from '../../lib/app.ts';
import { configWith } from './synthesize.ts';

const domain = {
  name: 'hooks.example.com',
  certificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/1',
};

test("the template passes CloudFormation's own rules", () => {
  const app = buildApp({ config: configWith({ domain }), stage: 'production', bundles: 'none' });
  expect(() => app.synth()).not.toThrow();
});

test.each(['dev', 'production'])(
  'cdk-nag finds nothing in %s that is not acknowledged with a reason',
  (stage) => {
    const app = buildApp({ config: configWith({ domain }), stage, bundles: 'none' });
    for (const pack of [new AwsSolutionsChecks(app), new ServerlessChecks(app)]) {
      expect(pack.validateScope(app).violations).toEqual([]);
    }
  },
);
