import type { Division } from '@app/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A division for as long as its code was in force. */
@Entity()
export class AreaEntity {
  @PrimaryColumn('text')
  code!: string;

  @Column('text', { nullable: true })
  parent!: string | null;

  @Column('text')
  level!: Division['level'];

  @Column('text', { name: 'name_zh' })
  nameZh!: string;

  @Column('text', { name: 'name_en' })
  nameEn!: string;

  /** First day, `YYYY-MM-DD`; null = since ever. */
  @Column('date', { nullable: true })
  validFrom!: string | null;

  /** First day on which it is no longer in force; null = still is. */
  @Column('date', { nullable: true })
  validTo!: string | null;

  /** The code that took its place. */
  @Column('text', { nullable: true })
  successor!: string | null;
}
