import { Module } from '@nestjs/common';
import { AppendedMarksRepository } from './appended-marks.repository.js';

/** Owns the marks of records that are in the log and not counted yet. */
@Module({ providers: [AppendedMarksRepository], exports: [AppendedMarksRepository] })
export class MarksModule {}
