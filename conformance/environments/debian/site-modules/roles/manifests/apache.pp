class roles::apache {
  class { 'apache': default_vhost => false, mpm_module => 'event', server_tokens => 'Prod' }
  include apache::mod::ssl
  include apache::mod::status
  include apache::mod::proxy
  include apache::mod::proxy_http
  apache::vhost { 'www.example.org':
    port            => 443,
    docroot         => '/srv/www',
    ssl             => true,
    ssl_cert        => '/etc/ssl/certs/www.pem',
    ssl_key         => '/etc/ssl/private/www.key',
    serveraliases   => ['example.org'],
    headers         => ['always set X-Frame-Options DENY'],
    proxy_pass      => [{ 'path' => '/app', 'url' => 'http://localhost:8080/app', 'params' => { 'retry' => '0' } }],
    directories     => [{ 'path' => '/srv/www', 'options' => ['-Indexes'], 'allow_override' => ['None'] }],
    rewrites        => [{ 'comment' => 'old', 'rewrite_rule' => ['^/old$ /new [R=301]'] }],
    custom_fragment => '# by hand',
  }
  apache::vhost { 'plain.example.org': port => 80, docroot => '/srv/plain', redirect_dest => 'https://www.example.org/' }
}
