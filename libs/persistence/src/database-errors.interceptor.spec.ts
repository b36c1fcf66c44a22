import type { ExecutionContext } from '@nestjs/common';
import { lastValueFrom, throwError } from 'rxjs';
import { DatabaseErrorsInterceptor } from './database-errors.interceptor.js';

const failure = (code: string) => Object.assign(new Error('failed'), { code });

function answerTo(error: Error): Promise<unknown> {
  const answer = new DatabaseErrorsInterceptor().intercept({} as ExecutionContext, { handle: () => throwError(() => error) });
  return lastValueFrom(answer).catch((thrown: unknown) => thrown);
}

describe(DatabaseErrorsInterceptor.name, () => {
  it.each(['ECONNREFUSED', '57014', '55P03'])('answers %s with UNAVAILABLE, to be tried again', async (code) => {
    expect(await answerTo(failure(code))).toMatchObject({ code: 'UNAVAILABLE', status: 503, retriable: true });
  });

  it('passes other errors on as they are', async () => {
    const error = failure('23505');
    expect(await answerTo(error)).toBe(error);
  });
});
