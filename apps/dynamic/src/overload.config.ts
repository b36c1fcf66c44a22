import { type ConfigValue, defineConfig } from '@app/config';
import { overloadSettingsSchema } from '@app/contracts';

/** The rules by which passes are judged: `overload.*`, shared with every service that judges. */
export const overloadConfig = defineConfig('overload', overloadSettingsSchema);

export type OverloadConfig = ConfigValue<typeof overloadConfig>;
