import { Module } from '@nestjs/common';
import { AssetsController } from './assets.controller.js';

/** What the pages look like: owns their texts, style sheet and images. */
@Module({ controllers: [AssetsController] })
export class PagesModule {}
