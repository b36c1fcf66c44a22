import { AppError, CommonError } from '@app/errors';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { catchError, type Observable } from 'rxjs';
import { isConnectionError, isTimeout } from './database-errors.js';

/** A request that fails because the database is away or too slow is answered UNAVAILABLE: the same may succeed later. */
@Injectable()
export class DatabaseErrorsInterceptor implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      catchError((error: unknown) => {
        if (!isConnectionError(error) && !isTimeout(error)) throw error;
        throw new AppError(CommonError.UNAVAILABLE, { cause: error, retryAfterSeconds: 1 });
      }),
    );
  }
}
