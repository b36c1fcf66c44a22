import { ConfigModule } from '@app/config';
import { Module } from '@nestjs/common';
import { dynamicConfig } from '../dynamic.config.js';
import { MarksModule } from '../marks/marks.module.js';
import { overloadConfig } from '../overload.config.js';
import { PassRecordWriter } from './pass-record.writer.js';
import { PassRecordsController } from './pass-records.controller.js';
import { PassRecordsService } from './pass-records.service.js';

/** In: uploads of pass records. Checks each line, answers for it and decides its limit. Out: the log. */
@Module({
  imports: [ConfigModule.forFeature(dynamicConfig), ConfigModule.forFeature(overloadConfig), MarksModule],
  controllers: [PassRecordsController],
  providers: [PassRecordsService, PassRecordWriter],
})
export class PassRecordsModule {}
