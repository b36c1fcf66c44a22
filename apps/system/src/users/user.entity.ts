import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A person. How they sign in is known to `auth` alone. */
@Entity({ name: 'user' })
export class UserEntity {
  @PrimaryColumn('uuid')
  id!: string;

  /** Lower case. */
  @Column('text')
  username!: string;

  @Column('text')
  displayName!: string;

  /** The division that bounds what they see; null = everything. */
  @Column('text', { nullable: true })
  area!: string | null;

  @Column('boolean')
  enabled!: boolean;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { default: () => 'now()' })
  updatedAt!: Date;
}
