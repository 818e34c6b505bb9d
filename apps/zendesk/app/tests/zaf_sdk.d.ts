declare module 'zendesk_app_framework_sdk' {
  const ZAFClient: { init(): unknown };
  export default ZAFClient;
}
