import { Module } from '@nestjs/common';
import { ConsoleController } from './console.controller.js';

/** The console. In: page visits that no route takes. Out: its files. */
@Module({ controllers: [ConsoleController] })
export class ConsoleModule {}
