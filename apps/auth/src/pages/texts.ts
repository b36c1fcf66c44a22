/** A language of the pages. */
export type Language = 'en' | 'zh-CN';

const en = {
  product: 'Causeway Overload Control',
  tagline: 'Highway overload control',
  otherLanguage: '中文',
  signIn: 'Sign in',
  signInLead: 'Use your account to go on.',
  username: 'Username',
  password: 'Password',
  wrongCredentials: 'The username or password is not right.',
  throttled: 'Too many failed attempts. Try again in {seconds} seconds.',
  unavailable: 'This is not possible at the moment. Try again in a few seconds.',
  cancel: 'Cancel',
  consentTitle: 'Allow access?',
  consentLead: '{client} asks for access to your account, {user}:',
  allow: 'Allow',
  deny: 'Deny',
  signOutTitle: 'Sign out?',
  signOutLead: 'You will be signed out of Causeway on this device.',
  signOut: 'Sign out',
  stay: 'Stay signed in',
  signedOutTitle: 'You are signed out',
  signedOutLead: 'You can close this window.',
  errorTitle: 'This did not work',
  errorLead: 'The request could not be completed.',
  expiredTitle: 'This page has expired',
  expiredLead: 'Signing in took too long, or was already completed. Start again from the home page.',
  foreignOrigin: 'The form was not sent from this site. Start again from the home page.',
  home: 'Go to the home page',
  scopes: {
    openid: 'Know who you are',
    profile: 'See your name and username',
    offline_access: 'Keep access while you are away',
    permission: 'Act with your permission {scope}',
  },
};

/** Every text of the pages. */
export type Texts = typeof en;

const zhCn: Texts = {
  product: 'Causeway 治超平台',
  tagline: '公路超限超载治理',
  otherLanguage: 'English',
  signIn: '登录',
  signInLead: '请使用您的账号登录。',
  username: '用户名',
  password: '密码',
  wrongCredentials: '用户名或密码不正确。',
  throttled: '失败次数过多，请在 {seconds} 秒后重试。',
  unavailable: '暂时无法完成，请稍后重试。',
  cancel: '取消',
  consentTitle: '是否允许访问？',
  consentLead: '{client} 请求访问您的账号 {user}：',
  allow: '允许',
  deny: '拒绝',
  signOutTitle: '是否退出登录？',
  signOutLead: '您将在本设备上退出 Causeway。',
  signOut: '退出登录',
  stay: '保持登录',
  signedOutTitle: '您已退出登录',
  signedOutLead: '您可以关闭此窗口。',
  errorTitle: '操作未成功',
  errorLead: '无法完成该请求。',
  expiredTitle: '页面已过期',
  expiredLead: '登录用时过长或已经完成，请从首页重新开始。',
  foreignOrigin: '表单不是从本站提交的，请从首页重新开始。',
  home: '返回首页',
  scopes: {
    openid: '确认您的身份',
    profile: '查看您的姓名和用户名',
    offline_access: '在您离开时保持访问',
    permission: '使用您的权限 {scope}',
  },
};

/** The texts of a language. */
export const TEXTS: Readonly<Record<Language, Texts>> = { en, 'zh-CN': zhCn };

/** Puts values in the places of a text that have their names in braces. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}
