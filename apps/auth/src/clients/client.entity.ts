import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';

/** How a client proves who it is: `none` is a public client. */
export type ClientAuthMethod = 'client_secret_basic' | 'client_secret_post' | 'none';

/** A client of the authorization server, with all its settings. */
@Entity('oauth_client')
export class OAuthClientEntity {
  @PrimaryColumn('text')
  clientId!: string;

  @Column('text')
  name!: string;

  /** SHA-256 of the secret, in hex; null for a public client. */
  @Column('text', { nullable: true })
  secretHash!: string | null;

  @Column('text')
  tokenEndpointAuthMethod!: ClientAuthMethod;

  @Column('text', { array: true })
  grantTypes!: string[];

  @Column('text', { array: true })
  scopes!: string[];

  @Column('text', { array: true })
  redirectUris!: string[];

  @Column('text', { array: true })
  postLogoutRedirectUris!: string[];

  /** One of our own: people are not asked for consent, and act with all their permissions. */
  @Column('boolean')
  firstParty!: boolean;

  @Column('boolean')
  enabled!: boolean;

  /** In seconds; null = the server's setting. */
  @Column('integer', { nullable: true })
  accessTokenTtl!: number | null;

  /** In seconds; null = the server's setting. */
  @Column('integer', { nullable: true })
  refreshTokenTtl!: number | null;

  /** What the client is there for, in words of an administrator. */
  @Column('text', { nullable: true })
  purpose!: string | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt!: Date;
}
