import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';

/** What a person signs in with. Who they are and what they may do is `system`'s. */
@Entity('credential')
export class CredentialEntity {
  @PrimaryColumn('text')
  userId!: string;

  /** In the form of `normalizeUsername`. */
  @Column('text', { unique: true })
  username!: string;

  /** argon2id, a PHC string. */
  @Column('text')
  passwordHash!: string;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt!: Date;
}
