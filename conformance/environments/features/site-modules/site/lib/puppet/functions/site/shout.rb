# frozen_string_literal: true

require_relative '../../../puppet_x/site/voice'

# Says it louder.
Puppet::Functions.create_function(:'site::shout') do
  dispatch :one do
    param 'String', :word
    optional_param 'Integer[1]', :times
    return_type 'String'
  end
  dispatch :many do
    param 'Array[String]', :words
  end

  def one(word, times = 1)
    PuppetX::Site::Voice.louder(word, times)
  end

  def many(words)
    words.map { |word| call_function('site::shout', word) }
  end
end
