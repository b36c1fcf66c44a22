import type { IncomingMessage } from 'node:http';
import { InjectConfig, type LiveConfig } from '@app/config';
import { type IngestAnswer, MAX_REJECTED_LISTED, parsePassRecord, type RejectedLine } from '@app/contracts';
import { areaAllows, type RequestPrincipal } from '@app/security';
import { createLogger } from '@app/telemetry';
import { Injectable } from '@nestjs/common';
import { type DynamicConfig, dynamicConfig } from '../dynamic.config.js';
import type { Line } from './line-splitter.js';
import { type IncomingRecord, PassRecordWriter } from './pass-record.writer.js';
import { receivedRecords } from './pass-records.metrics.js';
import { UploadPlaces } from './upload-places.js';
import { checkUploadHeaders, readLines } from './upload.js';

/** What is written to the log at once; two such writes of one upload are under way at most. */
const WRITE_RECORDS = 2_000;
const WRITE_CHARACTERS = 1_048_576;

/** Takes uploads of pass records: line by line as they come, each line answered for itself. */
@Injectable()
export class PassRecordsService {
  private readonly logger = createLogger(PassRecordsService.name);
  private readonly places = new UploadPlaces();

  constructor(
    private readonly writer: PassRecordWriter,
    @InjectConfig(dynamicConfig) private readonly config: LiveConfig<DynamicConfig>,
  ) {}

  /**
   * @returns what became of the lines, once what is accepted is durable
   * @throws AppError when the upload as a whole cannot be taken (further): what was accepted before stays accepted
   */
  async take(request: IncomingMessage, principal: RequestPrincipal): Promise<IngestAnswer> {
    const { uploads, uploadBytes, uploadLines, lineBytes } = this.config.value;
    const limits = { bytes: uploadBytes, lines: uploadLines, lineBytes };
    const { isPacked } = checkUploadHeaders(request.headers, limits);
    const upload = new Upload(this.writer, principal);
    const giveBack = this.places.take(principal, uploads);
    try {
      for await (const lines of readLines(request, isPacked, limits)) await upload.add(lines);
      return await upload.finish();
    } catch (error) {
      await upload.abandon();
      this.logger.info({ err: error, ...upload.figures }, 'An upload was not taken to its end');
      throw error;
    } finally {
      giveBack();
      for (const [outcome, count] of Object.entries(upload.figures)) receivedRecords.inc({ outcome }, count);
    }
  }
}

/** One upload on its way: counts its lines, gathers records and writes them in parts. */
class Upload {
  private readonly answer: IngestAnswer = { accepted: 0, duplicates: 0, rejected: [], rejectedCount: 0 };
  private part: IncomingRecord[] = [];
  private partCharacters = 0;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly writer: PassRecordWriter,
    private readonly principal: RequestPrincipal,
  ) {}

  get figures(): { accepted: number; duplicates: number; rejected: number } {
    const { accepted, duplicates, rejectedCount } = this.answer;
    return { accepted, duplicates, rejected: rejectedCount };
  }

  async add(lines: readonly Line[]): Promise<void> {
    const now = Date.now();
    for (const line of lines) {
      this.judge(line, now);
      if (this.part.length >= WRITE_RECORDS || this.partCharacters >= WRITE_CHARACTERS) await this.writePart();
    }
  }

  async finish(): Promise<IngestAnswer> {
    await this.writePart();
    await this.writing;
    return this.answer;
  }

  /** Waits for what is being written; what has not been begun is dropped. */
  async abandon(): Promise<void> {
    await Promise.allSettled([this.writing]);
  }

  private judge(line: Line, now: number): void {
    if ('fault' in line) {
      this.reject({ line: line.number, field: '', reason: line.fault });
      return;
    }
    const parsed = parsePassRecord(line.text, now);
    if (!parsed.ok) this.reject({ line: line.number, ...parsed.fault });
    else if (!areaAllows(this.principal, parsed.record.stationCode)) {
      this.reject({ line: line.number, field: 'stationCode', reason: 'is outside of the area of the sender' });
    } else {
      this.part.push({ record: parsed.record, text: line.text });
      this.partCharacters += line.text.length;
    }
  }

  private reject(fault: RejectedLine): void {
    this.answer.rejectedCount += 1;
    if (this.answer.rejected.length < MAX_REJECTED_LISTED) this.answer.rejected.push(fault);
  }

  /** Begins to write while the next part is being read, once the part before is written. */
  private async writePart(): Promise<void> {
    const part = this.part;
    this.part = [];
    this.partCharacters = 0;
    await this.writing;
    this.writing = this.write(part);
    // Whoever waits for it next gets the error; until then nobody does.
    this.writing.catch(() => undefined);
  }

  private async write(part: readonly IncomingRecord[]): Promise<void> {
    const { accepted, duplicates } = await this.writer.write(part);
    this.answer.accepted += accepted;
    this.answer.duplicates += duplicates;
  }
}
