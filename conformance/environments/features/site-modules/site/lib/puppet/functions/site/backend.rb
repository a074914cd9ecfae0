# frozen_string_literal: true

# A backend of Hiera.
Puppet::Functions.create_function(:'site::backend') do
  dispatch :lookup_key do
    param 'String', :key
    param 'Hash', :options
    param 'Puppet::LookupContext', :context
  end

  def lookup_key(key, options, context)
    return context.not_found unless key.start_with?(options['prefix'])

    context.cache(key, "backend for #{key}") unless context.cache_has_key(key)
    context.interpolate(context.cached_value(key) + ' on %{facts.kernel}')
  end
end
