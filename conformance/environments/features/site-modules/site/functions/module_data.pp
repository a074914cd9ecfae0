function site::module_data(Hash $options, Puppet::LookupContext $context) >> Hash[String, String] {
  $context.explain || { 'asked for the module' }
  $value = "computed by ${context.module_name} in ${context.environment_name}"
  ({ 'site::computed' => $value })
}
