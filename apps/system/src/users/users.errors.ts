import { defineErrors } from '@app/errors';

/** What may go wrong with people. */
export const UserError = defineErrors({
  SYSTEM_USER_NOT_FOUND: { status: 404, title: { en: 'No such user', 'zh-CN': '用户不存在' } },
  SYSTEM_USERNAME_TAKEN: { status: 409, title: { en: 'The user name is taken', 'zh-CN': '用户名已被占用' } },
  SYSTEM_OWN_ACCOUNT: { status: 409, title: { en: 'Your own account cannot be changed like this', 'zh-CN': '不能如此更改自己的账户' } },
  SYSTEM_GRANT_EXCEEDED: { status: 403, title: { en: 'You cannot give more than you may do yourself', 'zh-CN': '不能授予超出自身的权限' } },
});
