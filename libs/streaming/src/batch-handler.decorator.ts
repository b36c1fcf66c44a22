import { applyDecorators, Catch, type ExceptionFilter, UseFilters } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { type Observable, throwError } from 'rxjs';

/** Hands the handler's own error to the server, which retries; Nest's default filter would replace it and log every attempt. */
@Catch()
class PassOnExceptionFilter implements ExceptionFilter {
  catch(exception: unknown): Observable<never> {
    return throwError(() => exception);
  }
}

/**
 * Marks the controller method that gets the batches of a topic: `(batch: LogBatch) => Promise<BatchOutcome>`. One batch per
 * partition at a time; batches of different partitions may run at once.
 */
export function BatchHandler(topic: string): MethodDecorator {
  return applyDecorators(EventPattern(topic) as MethodDecorator, UseFilters(PassOnExceptionFilter));
}
