import { SetMetadata } from '@nestjs/common';

export const PUBLIC_METADATA = 'causeway:public';

/** Marks a handler, or a whole controller, as open to anyone: no token is asked for or looked at. */
export const Public = () => SetMetadata(PUBLIC_METADATA, true);
