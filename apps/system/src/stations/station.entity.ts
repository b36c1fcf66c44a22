import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A weigh station. */
@Entity()
export class StationEntity {
  /** The county's 6 digits and 4 more. */
  @PrimaryColumn('text')
  code!: string;

  @Column('text')
  county!: string;

  @Column('text', { name: 'name_zh' })
  nameZh!: string;

  @Column('text', { name: 'name_en' })
  nameEn!: string;

  @Column('text')
  road!: string;

  /** Along the road. */
  @Column('integer')
  kilometre!: number;

  /** 31 off-site detection, 41 expressway, 71 freight source, 99 on-site. */
  @Column('smallint')
  type!: number;

  /** In one direction. */
  @Column('smallint')
  lanes!: number;

  /** Degrees, WGS 84. */
  @Column('double precision')
  latitude!: number;

  /** Degrees, WGS 84. */
  @Column('double precision')
  longitude!: number;

  @Column('boolean', { default: true })
  inUse!: boolean;
}
