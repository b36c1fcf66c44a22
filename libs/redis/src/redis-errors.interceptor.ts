import { AppError, CommonError } from '@app/errors';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { catchError, type Observable } from 'rxjs';
import { isRedisConnectionError } from './redis-errors.js';

/** A request that fails because Redis is away is answered UNAVAILABLE: the same may succeed later. */
@Injectable()
export class RedisErrorsInterceptor implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      catchError((error: unknown) => {
        if (!isRedisConnectionError(error)) throw error;
        throw new AppError(CommonError.UNAVAILABLE, { cause: error, retryAfterSeconds: 1 });
      }),
    );
  }
}
