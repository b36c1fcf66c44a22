/** Tells on standard error what the feed does: one JSON object per line, or plain sentences for a terminal. */
export class Report {
  readonly #asJson: boolean;
  readonly #write: (text: string) => void;
  #lastWarning = '';
  #warnedAt = 0;

  constructor(asJson: boolean, write: (text: string) => void = (text) => process.stderr.write(text)) {
    this.#asJson = asJson;
    this.#write = write;
  }

  info(message: string, fields: Readonly<Record<string, number | string>> = {}): void {
    this.#line('info', message, fields);
  }

  /** The same warning is told once a minute, so that an outage does not fill the log. */
  warn(message: string, fields: Readonly<Record<string, number | string>> = {}): void {
    const now = Date.now();
    if (message === this.#lastWarning && now - this.#warnedAt < 60_000) return;
    this.#lastWarning = message;
    this.#warnedAt = now;
    this.#line('warn', message, fields);
  }

  error(message: string): void {
    this.#line('error', message, {});
  }

  #line(level: string, message: string, fields: Readonly<Record<string, number | string>>): void {
    if (this.#asJson) {
      this.#write(`${JSON.stringify({ time: new Date().toISOString(), level, service: 'feed', msg: message, ...fields })}\n`);
      return;
    }
    const rest = Object.entries(fields).map(([name, value]) => ` ${name}=${value}`);
    this.#write(`feed: ${level === 'info' ? '' : `${level}: `}${message}${rest.join('')}\n`);
  }
}
