import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { TrafficLimits } from '../limits.js';

/**
 * The open connections. One more than there may be is always taken: of those that wait for a request, or for the rest of one, that gives
 * way of which longest nothing has come. There is no bound for each client address: behind a proxy, and on one host, all clients have the
 * same one.
 */
export class Connections {
  /** With the answer to its latest request until that is out (kept longer, it would hold its body), ordered by when that came. */
  private readonly latest = new Map<Socket, ServerResponse | undefined>();
  private pipelined = 0;

  /** One for all answers: it is on the way of every request. */
  private readonly forget: (this: ServerResponse) => void;

  constructor(private readonly limits: Pick<TrafficLimits, 'connections' | 'pipelined'>) {
    const { latest } = this;
    this.forget = function forget() {
      const { socket } = this.req;
      if (latest.get(socket) === this) latest.set(socket, undefined);
    };
  }

  /** Takes a new connection; it gives way itself when none is idle. */
  add(socket: Socket): void {
    this.latest.set(socket, undefined);
    socket.once('close', () => this.latest.delete(socket));
    if (this.latest.size <= this.limits.connections) return;
    for (const [each, answer] of this.latest) {
      if (!isIdle(answer)) continue;
      this.latest.delete(each);
      each.destroy();
      return;
    }
  }

  /** Something of a body has come. */
  progressed({ socket }: IncomingMessage): void {
    if (!this.latest.has(socket)) return;
    const answer = this.latest.get(socket);
    this.latest.delete(socket);
    this.latest.set(socket, answer);
  }

  /**
   * Serves a request when the answer to the one before it on the same connection is taken, so that no answer is made which nobody can
   * take. A connection that sends more ahead than all together may is closed: Node reads requests whether they are served or not.
   */
  inTurn(incoming: IncomingMessage, outgoing: ServerResponse, serve: (incoming: IncomingMessage, outgoing: ServerResponse) => void): void {
    const { socket } = incoming;
    this.latest.delete(socket);
    this.latest.set(socket, outgoing);
    outgoing.on('close', this.forget);
    // An answer has a socket once those before it are out.
    if (outgoing.socket !== null) {
      serve(incoming, outgoing);
      return;
    }
    if (this.pipelined >= this.limits.pipelined) {
      socket.destroy();
      return;
    }
    this.pipelined += 1;
    const leave = () => (this.pipelined -= 1);
    incoming.once('close', leave);
    outgoing.once('socket', () => {
      incoming.off('close', leave);
      leave();
      serve(incoming, outgoing);
    });
  }
}

/** Whether nothing is asked for yet. A request that was sent ahead comes after one that is being answered: it has no socket. */
function isIdle(answer: ServerResponse | undefined): boolean {
  return answer === undefined || (answer.socket !== null && !answer.req.complete);
}
