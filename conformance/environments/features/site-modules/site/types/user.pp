type Site::User = Struct[{ uid => Integer, Optional[groups] => Array[String] }]
