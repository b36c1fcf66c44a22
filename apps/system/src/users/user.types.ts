/** A person with their roles. */
export interface UserWithRoles {
  id: string;
  username: string;
  displayName: string;
  area: string | null;
  enabled: boolean;
  createdAt: Date;
  updatedAt: Date;
  roles: string[];
}

/** A person who is to be made. */
export type NewUser = Pick<UserWithRoles, 'id' | 'username' | 'displayName' | 'area' | 'enabled' | 'roles'>;

/** What may be changed about a person; absent = stays. */
export type UserChanges = Partial<Pick<UserWithRoles, 'displayName' | 'area' | 'enabled' | 'roles'>>;
