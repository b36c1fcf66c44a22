import { AppError } from '@app/errors';
import type { RequestPrincipal } from '@app/security';
import { PassRecordsError } from './pass-records.errors.js';

const RETRY_AFTER_SECONDS = 1;

/** The places for uploads at once, of which no sender may hold more than half: none can keep the others out. */
export class UploadPlaces {
  private taken = 0;
  private readonly bySender = new Map<string, number>();

  /**
   * Takes a place.
   *
   * @param places how many there are now
   * @returns gives the place back; to be called once
   * @throws AppError DYN_TOO_MANY_UPLOADS, DYN_SENDER_TOO_MANY_UPLOADS
   */
  take({ kind, subject }: Pick<RequestPrincipal, 'kind' | 'subject'>, places: number): () => void {
    if (this.taken >= places) throw new AppError(PassRecordsError.DYN_TOO_MANY_UPLOADS, { retryAfterSeconds: RETRY_AFTER_SECONDS });
    const sender = `${kind} ${subject}`;
    const own = this.bySender.get(sender) ?? 0;
    const share = Math.max(1, Math.floor(places / 2));
    if (own >= share) {
      throw new AppError(PassRecordsError.DYN_SENDER_TOO_MANY_UPLOADS, {
        detail: `A sender may have ${share} uploads under way, half of what is taken at once`,
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      });
    }
    this.taken += 1;
    this.bySender.set(sender, own + 1);
    return () => {
      this.giveBack(sender);
    };
  }

  private giveBack(sender: string): void {
    this.taken -= 1;
    const own = (this.bySender.get(sender) ?? 0) - 1;
    if (own > 0) this.bySender.set(sender, own);
    else this.bySender.delete(sender);
  }
}
