import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A role. What it permits is in table `role_permission`, who has it in `user_role`. */
@Entity()
export class RoleEntity {
  @PrimaryColumn('text')
  code!: string;

  @Column('text', { name: 'name_zh' })
  nameZh!: string;

  @Column('text', { name: 'name_en' })
  nameEn!: string;

  /** Comes with the platform. */
  @Column('boolean')
  builtIn!: boolean;
}
