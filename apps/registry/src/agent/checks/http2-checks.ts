import { type ClientHttp2Session, connect } from 'node:http2';
import type { Socket } from 'node:net';
import type { CheckDefinition } from '../../store/entries.js';
import { type CheckResult, cutOutput } from './check-result.js';
import { dialErrorText } from './dial-error.js';
import { dial } from './dial.js';

const GRPC_PATH = '/grpc.health.v1.Health/Check';
/** `ServingStatus` of the health protocol of gRPC. */
const SERVING_STATUSES = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];
const SERVING = 1;
/** What a call ends with, from 1 on. */
const GRPC_CODES = [
  ...['Canceled', 'Unknown', 'InvalidArgument', 'DeadlineExceeded', 'NotFound', 'AlreadyExists', 'PermissionDenied', 'ResourceExhausted'],
  ...['FailedPrecondition', 'Aborted', 'OutOfRange', 'Unimplemented', 'Internal', 'Unavailable', 'DataLoss', 'Unauthenticated'],
];
/** An answer has a few bytes. */
const MAX_ANSWER_BYTES = 4_096;
const FRAME_HEADER_BYTES = 5;
const UNAVAILABLE = 'rpc error: code = Unavailable desc = connection error: desc =';

/** Passing while an HTTP/2 connection answers a ping. */
export async function probeH2Ping(definition: CheckDefinition, signal: AbortSignal): Promise<CheckResult> {
  const { h2ping = '', h2pingUseTls = true } = definition;
  try {
    await withSession(definition, { target: h2ping, useTls: h2pingUseTls, signal }, (session) => {
      const { promise, resolve, reject } = Promise.withResolvers<undefined>();
      session.ping((error) => (error === null ? resolve(undefined) : reject(error)));
      return promise;
    });
    return { status: 'passing', output: 'HTTP2 ping was successful' };
  } catch (error) {
    const what = error instanceof DialError ? `Failed to dial to ${h2ping}` : 'HTTP2 ping failed';
    return { status: 'critical', output: `${what}: ${dialErrorText(causeOf(error), h2ping)}` };
  }
}

/** Passing while the target answers SERVING to the health protocol of gRPC: `host:port`, or `host:port/service`. */
export async function probeGrpc(definition: CheckDefinition, signal: AbortSignal): Promise<CheckResult> {
  const { grpc = '', grpcUseTls = false } = definition;
  const slash = grpc.indexOf('/');
  const target = slash < 0 ? grpc : grpc.slice(0, slash);
  const service = slash < 0 ? '' : grpc.slice(slash + 1);
  try {
    const answer = await withSession(definition, { target, useTls: grpcUseTls, signal }, (session) => askHealth(session, service));
    const serving = servingStatus(answer);
    if (serving !== SERVING) return { status: 'critical', output: `gRPC ${grpc} serving status: ${SERVING_STATUSES[serving] ?? serving}` };
    return { status: 'passing', output: `gRPC check ${grpc}: success` };
  } catch (error) {
    const cause = dialErrorText(causeOf(error), target);
    const output = error instanceof DialError ? `${UNAVAILABLE} "transport: Error while dialing: ${cause}"` : cause;
    // The target chooses how much it says.
    return { status: 'critical', output: cutOutput(output) };
  }
}

/** There was no connection at all; the cause says why. */
class DialError extends Error {
  override readonly name = 'DialError';
}

function causeOf(error: unknown): unknown {
  return error instanceof DialError ? error.cause : error;
}

interface Place {
  readonly target: string;
  readonly useTls: boolean;
  /** One for the connection and for what is asked over it. */
  readonly signal: AbortSignal;
}

async function dialFor({ tlsSkipVerify = false, tlsServerName }: CheckDefinition, { target, useTls, signal }: Place): Promise<Socket> {
  const tls = { skipVerify: tlsSkipVerify, serverName: tlsServerName, alpn: ['h2'] };
  try {
    return await dial({ target, signal, ...(useTls && { tls }) });
  } catch (cause) {
    throw new DialError(`No connection to ${target}`, { cause });
  }
}

async function withSession<T>(definition: CheckDefinition, place: Place, use: (session: ClientHttp2Session) => Promise<T>): Promise<T> {
  const { signal } = place;
  const socket = await dialFor(definition, place);
  const { promise: failed, reject } = Promise.withResolvers<never>();
  // Nobody waits for it when `use` fails at once, and the end of the session rejects it all the same.
  failed.catch(() => undefined);
  const onAbort = () => reject(new Error('context deadline exceeded'));
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  let session: ClientHttp2Session | undefined;
  try {
    session = connect('http://target', { createConnection: () => socket });
    session.on('error', reject);
    session.once('close', () => reject(new Error('connection closed')));
    return await Promise.race([use(session), failed]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    session?.destroy();
    socket.destroy();
  }
}

async function askHealth(session: ClientHttp2Session, service: string): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const stream = session.request({ ':method': 'POST', ':path': GRPC_PATH, 'content-type': 'application/grpc', te: 'trailers' });
  const chunks: Buffer[] = [];
  let length = 0;
  let grpcStatus: string | undefined;
  let message = '';
  const readStatus = (headers: Record<string, unknown>) => {
    if (typeof headers['grpc-status'] === 'string') grpcStatus = headers['grpc-status'];
    if (typeof headers['grpc-message'] === 'string') message = percentDecoded(headers['grpc-message']);
  };
  stream.on('response', readStatus);
  stream.on('trailers', readStatus);
  stream.on('error', reject);
  stream.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) reject(new Error('the answer is too long for a health status'));
    else chunks.push(chunk);
  });
  stream.on('close', () => {
    if (grpcStatus === '0') resolve(Buffer.concat(chunks));
    else reject(new Error(rpcError(grpcStatus, message)));
  });
  stream.end(healthRequest(service));
  return promise;
}

/** In the words of gRPC, without a status that the target did not send. */
function rpcError(status: string | undefined, message: string): string {
  if (status === undefined) return 'rpc error: code = Internal desc = server closed the stream without sending trailers';
  return `rpc error: code = ${GRPC_CODES[Number(status) - 1] ?? `Code(${status})`} desc = ${message}`;
}

/** As gRPC reads it: what is not a percent and two digits stays as it came. */
function percentDecoded(text: string): string {
  const bytes = text.replace(/%([0-9a-f]{2})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}

/** `HealthCheckRequest { string service = 1 }` in a frame of gRPC. */
function healthRequest(service: string): Buffer {
  const name = Buffer.from(service);
  const field = name.length === 0 ? Buffer.alloc(0) : Buffer.concat([Buffer.from([0x0a]), varint(name.length), name]);
  const header = Buffer.alloc(FRAME_HEADER_BYTES);
  header.writeUInt32BE(field.length, 1);
  return Buffer.concat([header, field]);
}

function varint(value: number): Buffer {
  return Buffer.from(value < 0x80 ? [value] : [(value & 0x7f) | 0x80, value >> 7]);
}

/** `HealthCheckResponse { ServingStatus status = 1 }`. */
function servingStatus(answer: Buffer): number {
  return answer[FRAME_HEADER_BYTES] === 0x08 ? (answer[FRAME_HEADER_BYTES + 1] ?? 0) : 0;
}
