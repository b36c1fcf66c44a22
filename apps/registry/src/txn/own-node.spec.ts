import { ownNodeErrors } from './own-node.js';
import { decodeTxn } from './txn-definition.js';

const OWN = { id: '11111111-2222-3333-4444-555555555555', name: 'me' };

const errorsOf = (...ops: object[]) => ownNodeErrors(decodeTxn(Buffer.from(JSON.stringify(ops))).ops, OWN);

describe(ownNodeErrors.name, () => {
  it('tells of whatever would change the node of this agent, its server or that it is alive', () => {
    const errors = errorsOf(
      { KV: { Verb: 'set', Key: 'k' } },
      { Node: { Verb: 'delete', Node: { Node: 'ME' } } },
      { Node: { Verb: 'set', Node: { Node: 'renamed', ID: OWN.id } } },
      { Service: { Verb: 'delete', Node: 'me', Service: { ID: 'consul', Service: 'consul' } } },
      { Check: { Verb: 'set', Check: { Node: 'me', CheckID: 'serfHealth', Status: 'critical' } } },
    );
    expect(errors.map(({ at }) => at)).toEqual([1, 2, 3, 4]);
    expect(errors[0]?.what).toBe("the node is this agent's own and cannot be changed");
  });

  it('says nothing of what only looks, of what runs on it, and of other nodes', () => {
    const errors = errorsOf(
      { Node: { Verb: 'get', Node: { Node: 'me' } } },
      { Service: { Verb: 'set', Node: 'me', Service: { Service: 'web' } } },
      { Check: { Verb: 'delete', Check: { Node: 'me', CheckID: 'c' } } },
      { Node: { Verb: 'delete', Node: { Node: 'other' } } },
      { Check: { Verb: 'delete', Check: { Node: 'other', CheckID: 'serfHealth' } } },
    );
    expect(errors).toEqual([]);
  });
});
