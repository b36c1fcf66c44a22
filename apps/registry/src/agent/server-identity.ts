/** The id and the name under which a server registers itself in the catalogue. */
export const SERVER_SERVICE = 'consul';
/** Where Consul's servers answer RPC: part of what they are known by. Nothing listens there here. */
export const SERVER_RPC_PORT = 8300;
