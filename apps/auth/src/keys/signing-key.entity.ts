import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** A key that signs ID tokens and internal tokens. It is encrypted. The newest signs, those before it still verify. */
@Entity('signing_key')
export class SigningKeyEntity {
  @PrimaryColumn('text')
  kid!: string;

  @Column('text')
  alg!: string;

  @Column('text')
  sealedPrivateJwk!: string;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;
}
