import type { CatalogSource } from '../catalog/catalog-query.js';
import { parseBlocking } from '../http/blocking-query.js';
import type { ConsulRequest, ConsulResponse } from '../http/consul-request.js';
import type { Route } from '../http/router.js';
import { MADE_WHILE_SENT_BYTES } from '../limits.js';
import type { TxnError } from '../store/txn/txn-op.js';
import { ownNodeErrors } from './own-node.js';
import { decodeTxn } from './txn-definition.js';
import { type ReadNote, txnErrorsJson, txnResultsJson } from './txn-json.js';

const MAX_BODY_BYTES = 512 * 1024;
const READ: ReadNote = { isRead: true };
const NOTHING_READ: ReadNote = { isRead: false };

/** `/v1/txn`: several operations, all of them or none. */
export function txnRoutes(source: CatalogSource): Route[] {
  return [
    {
      path: '/v1/txn',
      methods: { PUT: (request) => run(source, request) },
      body: {
        limit: MAX_BODY_BYTES,
        tooLarge: (bytes) =>
          `Request body(${bytes} bytes) too large, max size: ${MAX_BODY_BYTES} bytes. ` +
          'See https://developer.hashicorp.com/docs/agent/config/config-files#txn_max_req_len.',
      },
    },
  ];
}

async function run({ store, datacenter, nodeName }: CatalogSource, request: ConsulRequest): Promise<ConsulResponse> {
  // Refuses what contradicts itself; a transaction never waits.
  parseBlocking(request);
  const { ops, errors, isRead } = decodeTxn(request.body);
  if (errors.length > 0) return refused(errors, isRead ? NOTHING_READ : undefined);
  const own = ownNodeErrors(ops, { id: store.state.catalog.node(nodeName)?.id ?? '', name: nodeName });
  if (own.length > 0) return refused(own, undefined);
  const note = isRead ? READ : undefined;
  // Before anything is done: what is done must be answered, and results that wait for room would take it.
  request.reserve?.(store.answerBytes(ops, MADE_WHILE_SENT_BYTES));
  const outcome = isRead ? store.readTxn(ops) : await store.propose({ type: 'txn', ops });
  if (outcome.errors.length > 0) return refused(outcome.errors, note);
  return { pieces: txnResultsJson(outcome.results, datacenter, note), headers: headersOf(note), isOfWrite: !isRead };
}

function refused(errors: readonly TxnError[], note: ReadNote | undefined): ConsulResponse {
  const headers = { ...headersOf(note), 'content-type': 'application/json; charset=utf-8' };
  return { status: 409, text: txnErrorsJson(errors, note), headers };
}

function headersOf(note: ReadNote | undefined): Record<string, string> {
  return note === undefined ? {} : { 'x-consul-knownleader': String(note.isRead), 'x-consul-lastcontact': '0' };
}
