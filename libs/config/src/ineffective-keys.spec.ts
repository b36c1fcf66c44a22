import { unknownKeys } from './ineffective-keys.js';

const known = ['gateway.rateLimit.burst', 'gateway.routes', 'gateway.weights', 'logging.level'];

describe(unknownKeys.name, () => {
  it.each([
    [{ gateway: { rateLimit: { burst: 1 }, routes: [{ id: 'x' }] } }, []],
    [{ gateway: { 'rate-limit': { burst: 1 } }, 'logging.level': 'info' }, []],
    [{ gateway: { weights: { anything: 1 }, rateLimit: null } }, []],
    [{ gateway: { rateLimt: { burst: 1 } } }, ['gateway.rateLimt']],
    [{ gateway: { rateLimit: 5 } }, ['gateway.rateLimit']],
    [{ gateway: [] }, ['gateway']],
    [{ loging: { level: 'info' }, gateway: { rateLimit: { burst: 1, brust: 2 } } }, ['loging', 'gateway.rateLimit.brust']],
  ])('of %j are %j', (tree, expected) => {
    expect(unknownKeys(tree, known)).toEqual(expected);
  });
});
