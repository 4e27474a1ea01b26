import type { ConfigInput } from './functions/platform/config.ts';

/**
 * The demo sites. `npm start` runs them on this machine with handshakes that everybody knows, so a
 * deployment refuses them: put your own sites here, with hashes that `npx latchkey handshake` makes.
 */
export default {
  sites: [
    {
      id: 'academy',
      handshakes: ['1413ee3307151766e0059f20cc30a2055b54070f41a16a45c2c26efc9019f8fe'],
      crm: { kind: 'activecampaign', passwordField: '7', completionTag: '9' },
      apiKeys: ['95894727dcfb5a806a519dad3e4141c6257cb4a03d605d3ec9b0988d1d5679f2'],
      access: {
        foundations: { anyOf: ['12', '8'] },
        library: { allOf: ['1', '8'] },
      },
      events: true,
      operations: {
        'lesson-done': [
          { do: 'add', field: '3', amount: 10 },
          { do: 'set-date', field: '10', to: 'now' },
          { do: 'add-tags', tags: ['20'], when: { fields: { '3': { atLeast: 100 } } } },
        ],
      },
      teams: {
        'group-plan': {
          seats: 2,
          leader: {
            grant: { add: ['30'] },
            revoke: { add: ['32'], remove: ['30'] },
          },
          members: {
            grant: { add: ['31'], remove: ['32'] },
            revoke: { add: ['32'], remove: ['31'] },
          },
          interactions: {
            news: { for: 'everyone', tags: { add: ['33'] } },
            reward: { for: 'members', operation: 'lesson-done' },
          },
        },
      },
      products: {
        club: {
          provider: 'stripe',
          items: ['prod_club'],
          refundOnRevoke: true,
          tags: {
            ended: { add: ['35'], remove: ['34', '36'] },
            paymentFailed: { add: ['36'] },
            paymentRecovered: { remove: ['36'] },
          },
        },
        circle: {
          provider: 'paypal',
          items: ['P-CIRCLE'],
          tags: { ended: { add: ['35'], remove: ['34'] } },
        },
      },
      promotions: {
        welcome: { discount: { percentOff: 20 }, expiresAfterDays: 14, field: '11', prefix: 'HEY' },
      },
    },
    {
      id: 'studio',
      handshakes: ['048d8d6152b0f73259b576127e8d610f3d53819d18a60e9b679e66c08c735bc0'],
      crm: { kind: 'activecampaign' },
      legacyFullUpdate: true,
      batchDelaySeconds: 60,
    },
    {
      id: 'club',
      handshakes: ['1f211e4ce45618238d8f9ab64ba99513fb75c141efbc431244962307b59c85d2'],
      crm: { kind: 'activecampaign' },
      target: {
        relay: {
          url: 'https://club.example.com/',
          secretIn: { query: 'access_key' },
          updates: ['wpf_action=update'],
        },
      },
    },
  ],
} satisfies ConfigInput;
