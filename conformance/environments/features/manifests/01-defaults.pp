# Several manifests of a folder are one, in the order of their names.
File { owner => 'root', mode => '0644' }
$top = 'of the site manifest'
$site_tiers = [{ 'tier' => 'front' }, { 'tier' => 'edge' }]
