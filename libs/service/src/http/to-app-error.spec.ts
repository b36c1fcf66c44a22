import { AppError, CommonError } from '@app/errors';
import { BadRequestException, ForbiddenException, HttpException, InternalServerErrorException, NotFoundException } from '@nestjs/common';
import { toAppError } from './to-app-error.js';

describe('toAppError', () => {
  it('leaves an AppError as it is', () => {
    const error = new AppError(CommonError.CONFLICT, { detail: 'Taken' });
    expect(toAppError(error)).toBe(error);
  });

  it.each(Object.values(CommonError).map((definition) => [definition.status, definition.code]))(
    'gives HTTP %i the code %s',
    (status, code) => {
      expect(toAppError(new HttpException('text', status))).toMatchObject({ status, code });
    },
  );

  it('sends the message of what the caller did wrong', () => {
    expect(toAppError(new BadRequestException('size must be a number')).details.detail).toBe('size must be a number');
    expect(toAppError(new BadRequestException(['a is missing', 'b is missing'])).details.detail).toBe('a is missing; b is missing');
  });

  it('sends no text that only repeats the status', () => {
    for (const exception of [new NotFoundException(), new ForbiddenException(), new NotFoundException('Cannot GET /a')]) {
      expect(toAppError(exception).details.detail).toBeUndefined();
    }
  });

  it('sends nothing of an error of ours, and keeps it as the cause', () => {
    for (const error of [new InternalServerErrorException('column "x" does not exist'), new TypeError('x is undefined')]) {
      const { code, status, details } = toAppError(error);
      expect({ code, status, details }).toEqual({ code: 'INTERNAL', status: 500, details: { cause: error } });
    }
    expect(toAppError('a thrown text')).toMatchObject({ code: 'INTERNAL', cause: 'a thrown text' });
    expect(toAppError(undefined)).toMatchObject({ code: 'INTERNAL' });
  });

  it('takes any other 4xx as invalid input, and Fastify’s errors by their status', () => {
    expect(toAppError(new HttpException('Not acceptable here', 406))).toMatchObject({ code: 'INPUT_INVALID', status: 400 });
    const tooLarge = Object.assign(new Error('Request body is too large'), { statusCode: 413 });
    expect(toAppError(tooLarge)).toMatchObject({ code: 'PAYLOAD_TOO_LARGE', details: { detail: 'Request body is too large' } });
    expect(toAppError(Object.assign(new Error('inside'), { statusCode: 502 }))).toMatchObject({ code: 'INTERNAL' });
  });
});
